//! Pages for a browser: plain HTML that works without a script, and whatever is written into it is escaped.
//!
//! No page carries `Strict-Transport-Security`, which a browser would apply to every port of localhost, and none can be
//! shown inside a page of somebody else. Who signs in is chosen from a list; nobody is asked for a password.

use adf_emulator_core::directory::{Principal, PrincipalKind};
use adf_emulator_core::world::World;
use aws_lc_rs::digest;
use axum::http::{HeaderValue, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::sign_in_error::{SignInError, Trace};
use crate::app::HttpResponse;

/// What a page may load and run: its own style, and no script.
const NO_SCRIPT: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/// How our pages look.
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:32em;margin:3em auto;padding:0 1em;color:#222}\
                     button,input{font:inherit;padding:.4em .8em;margin:.2em 0}button{display:block;width:100%;text-align:left}\
                     small{color:#666}code{font-size:1.1em}";

/// Returns a text as it can stand in HTML, in an attribute too.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Returns a page. `body` is HTML; what stands in it is escaped already.
pub fn page(status: StatusCode, title: &str, body: &str) -> HttpResponse {
    let title = escaped(title);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\n\
         <body><h1>{title}</h1>\n{body}\n<p><small>adf-emulator, not Microsoft Entra</small></p></body></html>\n"
    );
    let mut response = HttpResponse::new(html.into());
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store, no-cache"),
        (header::PRAGMA, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, NO_SCRIPT),
        // Not 'no-referrer': browsers would then send our own forms with the origin 'null'.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// What posts a form without anybody: the only script of all pages.
const POST: &str = "document.forms[0].submit()";

/// Returns a page that posts these fields to an address by itself, or by a button where scripts do not run.
pub fn posting(action: &str, fields: &[(&str, String)]) -> HttpResponse {
    let hidden =
        fields.iter().map(|(name, value)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escaped(name), escaped(value)));
    let body = format!(
        "<form method=\"post\" action=\"{}\">\n{}<button>Continue</button>\n</form><script>{POST}</script>",
        escaped(action),
        hidden.collect::<String>()
    );
    let mut response = page(StatusCode::OK, "Signing in", &body);
    let hash = STANDARD.encode(digest::digest(&digest::SHA256, POST.as_bytes()));
    if let Ok(policy) = HeaderValue::from_str(&format!("{NO_SCRIPT}; script-src 'sha256-{hash}'")) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Returns the page that tells a user why there is no sign-in.
pub fn refusal(error: &SignInError, trace: &Trace<'_>) -> HttpResponse {
    let body = format!("<p>{}</p>", escaped(&error.description(trace)));
    page(StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST), "The sign-in failed", &body)
}

/// Returns a button for each user of the world, the one that is `expected` first. It sends the object id as `principal`.
pub fn users(world: &World, expected: Option<&str>) -> String {
    let is_expected = |name: &str| expected.is_some_and(|expected| expected.eq_ignore_ascii_case(name));
    let mut users: Vec<(&Principal, &str)> = world.directory.declared().filter_map(|it| name_of(it)).collect();
    users.sort_by_key(|(_, name)| !is_expected(name));
    let button = |(user, name): (&Principal, &str)| {
        let tenant = world.directory.tenant(user.tenant_id).map_or("", |tenant| &tenant.display_name);
        format!(
            "<button name=\"principal\" value=\"{}\">{}<br><small>{} in {}</small></button>\n",
            user.object_id,
            escaped(&user.display_name),
            escaped(name),
            escaped(tenant)
        )
    };
    users.into_iter().map(button).collect()
}

fn name_of(principal: &Principal) -> Option<(&Principal, &str)> {
    match &principal.kind {
        PrincipalKind::User(user) => Some((principal, &user.user_principal_name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_into_a_page_is_text() {
        assert_eq!(escaped("<a href='x' title=\"&\">"), "&lt;a href=&#39;x&#39; title=&quot;&amp;&quot;&gt;");
        let title = page(StatusCode::OK, "<script>", "");
        let html = std::str::from_utf8(title.body()).unwrap();
        assert!(!html.contains("<script>") && html.contains("&lt;script&gt;"));
        assert!(title.headers().get(header::STRICT_TRANSPORT_SECURITY).is_none());
    }
}
