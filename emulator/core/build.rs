//! Writes the table of built-in roles from `fixtures/roles`, one file a role.
//!
//! The table is Rust source made of static values, so that a server starts without reading or
//! building anything. A fixture with a key that is not known here stops the build.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, error, fs};

use serde_json::{Map, Value};

type Problem = Box<dyn error::Error>;

const ROLE_KEYS: &[&str] = &["id", "roleName", "category", "description", "permissions", "assignableScopes"];
const PERMISSION_KEYS: &[&str] = &["actions", "notActions", "dataActions", "notDataActions", "condition", "conditionVersion"];

fn main() -> Result<(), Problem> {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let folder = package.join("../../fixtures/roles");
    println!("cargo:rerun-if-changed={}", folder.display());
    println!("cargo:rerun-if-changed=build.rs");

    let mut by_id = BTreeMap::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let (id, role) = read_role(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            if by_id.insert(id, role).is_some() {
                return Err(format!("{}: a second role with this id", path.display()).into());
            }
        }
    }
    let out = PathBuf::from(env::var("OUT_DIR")?).join("built_in_roles.rs");
    fs::write(out, table(&by_id)?)?;
    Ok(())
}

fn read_role(path: &Path) -> Result<(u128, Map<String, Value>), Problem> {
    let Value::Object(role) = serde_json::from_slice(&fs::read(path)?)? else {
        return Err("not an object".into());
    };
    only(&role, ROLE_KEYS)?;
    let id = u128::from_str_radix(&text(&role, "id")?.replace('-', ""), 16)?;
    Ok((id, role))
}

/// Writes the roles in order of their id, where the ids of each first byte start, and the places of the roles in order of
/// their name.
fn table(by_id: &BTreeMap<u128, Map<String, Value>>) -> Result<String, Problem> {
    let mut out = String::new();
    let mut roles = String::new();
    let mut places = Vec::new();
    for (place, (id, role)) in by_id.iter().enumerate() {
        let name = text(role, "roleName")?;
        places.push((name.to_ascii_lowercase(), place));
        let scopes = match role.contains_key("assignableScopes") {
            false => "EVERYWHERE".to_owned(),
            true => {
                let scopes = texts(role, "assignableScopes")?;
                let count = scopes.len();
                let scopes: String = scopes.iter().map(|s| format!("Cow::Borrowed({s:?}),")).collect();
                writeln!(out, "static S{place}: [Cow<'static, str>; {count}] = [{scopes}];")?;
                format!("&S{place}")
            }
        };
        let (count, permissions) = permissions(role)?;
        writeln!(out, "static P{place}: [Permission; {count}] = [{permissions}];")?;
        let description = text(role, "description")?;
        writeln!(roles, "built_in({id:#034x}, {name:?}, {description:?}, {scopes}, &P{place}),")?;
    }
    writeln!(out, "static ROLES: [RoleDefinition; {}] = [\n{roles}];", places.len())?;
    let ids: Vec<_> = by_id.keys().map(|id| format!("{id:#034x}")).collect();
    writeln!(out, "static IDS: [u128; {}] = [{}];", ids.len(), ids.join(","))?;
    let starts: Vec<_> = (0..=256).map(|byte| by_id.keys().filter(|id| **id >> 120 < byte).count().to_string()).collect();
    writeln!(out, "static STARTS: [u16; 257] = [{}];", starts.join(","))?;
    places.sort();
    if places.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
        return Err("two built-in roles have the same name".into());
    }
    let places: Vec<_> = places.iter().map(|(_, place)| place.to_string()).collect();
    writeln!(out, "static BY_NAME: [u16; {}] = [{}];", places.len(), places.join(","))?;
    Ok(out)
}

fn permissions(role: &Map<String, Value>) -> Result<(usize, String), Problem> {
    let Some(Value::Array(list)) = role.get("permissions") else {
        return Err("no permissions".into());
    };
    let mut out = String::new();
    for permission in list {
        let Value::Object(permission) = permission else {
            return Err("a permission that is not an object".into());
        };
        only(permission, PERMISSION_KEYS)?;
        write!(
            out,
            "permission(&{:?}, &{:?}, &{:?}, &{:?}, ",
            texts(permission, "actions")?,
            texts(permission, "notActions")?,
            texts(permission, "dataActions")?,
            texts(permission, "notDataActions")?
        )?;
        match permission.contains_key("condition") {
            false => write!(out, "None), ")?,
            true => {
                write!(out, "Some(Condition::known({:?}, {:?}))), ", text(permission, "condition")?, text(permission, "conditionVersion")?)?
            }
        }
    }
    Ok((list.len(), out))
}

fn only(object: &Map<String, Value>, known: &[&str]) -> Result<(), Problem> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!("unknown key {key:?}").into()),
        None => Ok(()),
    }
}

fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Result<&'a str, Problem> {
    let value = object.get(key).and_then(Value::as_str);
    value.ok_or_else(|| format!("{key} is missing or not a text").into())
}

fn texts<'a>(object: &'a Map<String, Value>, key: &str) -> Result<Vec<&'a str>, Problem> {
    let Some(list) = object.get(key) else {
        return Ok(Vec::new());
    };
    let list = list.as_array().ok_or_else(|| format!("{key} is not a list"))?;
    let wrong = || format!("{key} has something that is not a text");
    list.iter().map(|one| one.as_str().ok_or_else(|| wrong().into())).collect()
}
