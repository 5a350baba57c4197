//! The grant `refresh_token`: more tokens for a user who signed in before, also of other tenants and resources.
//!
//! A refresh token may be used many times; each use gives a new one and the old one stays good.
//! Follows <https://learn.microsoft.com/entra/identity-platform/refresh-tokens>.

use adf_emulator_core::directory::sign_in::{Asked, REFRESH_TOKEN_LIFETIME};

use super::client::{Client, is_of_family};
use super::scope;
use super::sign_in_error::SignInError;
use super::token_endpoint::{Granted, TokenRequest};
use super::user_tokens::{self, Account};

/// Returns tokens for the user whose refresh token the request shows.
///
/// # Errors
/// Those of parameters and client; 70000 for a token that this world did not give to this client, 700082 for one that
/// is too old on the world's clock, 50173 for one that was revoked, 50020 for a user who is nobody in the tenant.
pub fn grant(request: &TokenRequest<'_>) -> Result<Granted, SignInError> {
    let text = request.form.require("refresh_token")?;
    let client = Client::of(request)?;
    let remembered = request.world.sign_ins.refresh_tokens.get(text).ok_or_else(SignInError::unknown_grant)?;
    let same_family = is_of_family(client.id) && is_of_family(remembered.client_id);
    if remembered.client_id != client.id && !same_family {
        return Err(SignInError::unknown_grant());
    }
    if request.world_now.since(remembered.issued) > REFRESH_TOKEN_LIFETIME {
        return Err(SignInError::refresh_token_expired(remembered.issued));
    }
    let account = Account::with_id(request.world, remembered.object_id).filter(|account| !account.user.disabled);
    let account = account.filter(|account| account.user.password == remembered.password).ok_or_else(SignInError::revoked)?;
    let account = account.in_tenant(request.world, request.tenant, request.tenant_name)?;
    let asked = scope::of_user(request, Some(&remembered.resource))?;
    user_tokens::issue(request, account, client, &Asked { refresh_token: true, ..asked }, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arm::request::Body;
    use crate::clock::host_now;
    use crate::config::Authentication;
    use crate::entra::Entra;
    use crate::entra::discovery::{TenantNamed, Version};
    use crate::entra::form::Form;
    use crate::entra::test_world::{ADA, ORIGIN, entra, is_ours, world};
    use crate::entra::token_endpoint::token;
    use crate::world_cell::{Moment, WorldCell};
    use adf_emulator_core::directory::PrincipalKind;
    use adf_emulator_core::directory::user::User;
    use axum::http::HeaderMap;
    use serde_json::Value;
    use uuid::Uuid;

    fn ask(entra: &Entra, cell: &WorldCell, pairs: &[(&str, &str)]) -> Result<Value, SignInError> {
        let body: String = form_urlencoded::Serializer::new("client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46".to_owned())
            .extend_pairs(pairs)
            .append_pair("scope", "https://management.azure.com/.default offline_access")
            .finish();
        let answer = token(&TokenRequest {
            form: &Form::read(&HeaderMap::new(), &Body::Whole(body.into())).unwrap(),
            version: Version::Two,
            tenant: TenantNamed::Any,
            tenant_name: "organizations",
            world: &cell.read(),
            cell,
            world_now: cell.clock().now(),
            by_itself: None,
            tokens: &entra.tokens,
            origin: ORIGIN,
            is_ours: &is_ours,
            is_this_world: &is_ours,
            request_id: Uuid::from_u128(7),
            now: host_now(),
        });
        answer.map(|answer| serde_json::to_value(answer).unwrap())
    }

    fn change(cell: &WorldCell, change: impl FnOnce(&mut User)) {
        let changed: Result<(), ()> = cell.update(|world| {
            let mut ada = (**world.directory.principal(ADA).unwrap()).clone();
            let PrincipalKind::User(user) = &mut ada.kind else { panic!("a user") };
            change(user);
            world.directory.put(ada);
            Ok(())
        });
        changed.unwrap();
    }

    #[test]
    fn another_password_a_block_and_a_deletion_revoke_it() {
        let (entra, cell) = (entra(Authentication::Standard), WorldCell::new(Moment { world: world(), ..Moment::default() }));
        change(&cell, |ada| ada.password = Some("first".into()));
        let form = [("grant_type", "password"), ("username", "ada@contoso.onmicrosoft.com"), ("password", "first")];
        let signed_in = ask(&entra, &cell, &form).unwrap();
        let text = signed_in["refresh_token"].as_str().unwrap();
        let refreshed = || ask(&entra, &cell, &[("grant_type", "refresh_token"), ("refresh_token", text)]).map_err(|error| error.number);
        assert!(refreshed().is_ok());
        change(&cell, |ada| ada.password = Some("second".into()));
        assert_eq!(refreshed(), Err(Some(50173)));
        change(&cell, |ada| ada.password = Some("first".into()));
        assert!(refreshed().is_ok());
        change(&cell, |ada| ada.disabled = true);
        assert_eq!(refreshed(), Err(Some(50173)));
        let deleted: Result<bool, ()> = cell.update(|world| Ok(world.directory.remove(ADA)));
        assert!(deleted.unwrap());
        assert_eq!(refreshed(), Err(Some(50173)));
    }
}
