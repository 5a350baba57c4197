//! Auxiliary tokens: who a caller is in other directories, for what a request links there.
//!
//! `x-ms-authorization-auxiliary: Bearer {token}, Bearer {token}` has three at most. Each is verified as the caller's own
//! is, and one that is no good refuses the request, as documented. Clients part them by commas, older ones by semicolons.
//! Follows <https://learn.microsoft.com/azure/azure-resource-manager/management/authenticate-multi-tenant> and `arm-wire` 1.5.

use axum::http::HeaderMap;

use super::authenticate::TokenProblem;

/// The header.
const NAME: &str = "x-ms-authorization-auxiliary";
/// How many tokens it has at most.
const TOKENS_MAX: usize = 3;
/// The scheme of tokens that only Azure can read.
const ENCRYPTED: &str = "EncryptedBearer";

/// Returns the credentials of the header, each as an `Authorization` header would have it.
///
/// # Errors
/// For one that is no text, and for more than three.
pub fn credentials(headers: &HeaderMap) -> Result<Vec<&str>, TokenProblem> {
    let mut found = Vec::new();
    for value in headers.get_all(NAME) {
        let value = value.to_str().map_err(|_| TokenProblem::InvalidAuxiliaryHeader)?;
        found.extend(value.split([',', ';']).map(str::trim).filter(|it| !it.is_empty()));
    }
    if found.len() > TOKENS_MAX { Err(TokenProblem::InvalidAuxiliaryHeader) } else { Ok(found) }
}

/// Returns whether one of the credentials is encrypted for Azure.
pub fn is_encrypted(credentials: &[&str]) -> bool {
    let scheme = |it: &&str| it.split_whitespace().next().is_some_and(|scheme| scheme.eq_ignore_ascii_case(ENCRYPTED));
    credentials.iter().any(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Option<Vec<String>> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(NAME, value.parse().unwrap());
        }
        credentials(&headers).ok().map(|all| all.into_iter().map(str::to_owned).collect())
    }

    #[test]
    fn tokens_are_parted_by_commas_or_semicolons_and_are_three_at_most() {
        assert_eq!(read(&[]), Some(vec![]));
        assert_eq!(read(&["Bearer a, Bearer b;Bearer c"]).unwrap(), ["Bearer a", "Bearer b", "Bearer c"]);
        assert_eq!(read(&["Bearer a,", "Bearer b"]).unwrap(), ["Bearer a", "Bearer b"]);
        assert_eq!(read(&["Bearer a, Bearer b, Bearer c, Bearer d"]), None);
    }

    #[test]
    fn what_is_encrypted_is_told_by_its_scheme() {
        assert!(is_encrypted(&["Bearer a", "encryptedbearer b"]));
        assert!(!is_encrypted(&["Bearer EncryptedBearer"]));
    }
}
