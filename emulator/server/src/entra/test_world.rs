//! A small world for the tests of sign-in and Graph: the well-known tenants and some of their principals.
//!
//! For tests only, and only what all of them need.

use std::sync::Arc;

use adf_emulator_core::directory::application::Application;
use adf_emulator_core::directory::credentials::Password;
use adf_emulator_core::directory::group::Group;
use adf_emulator_core::directory::profile::Profile;
use adf_emulator_core::directory::service_principal::ServicePrincipal;
use adf_emulator_core::directory::tenant::Tenant;
use adf_emulator_core::directory::user::User;
use adf_emulator_core::directory::{Principal, PrincipalKind};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::world::World;
use uuid::Uuid;

use super::Entra;
use crate::certificates::StateFolder;
use crate::config::{Authentication, KeptIn, LogForm};
use crate::log::Log;

pub(crate) const CONTOSO: Uuid = Uuid::from_u128(0x11111111_1111_1111_1111_111111111111);
pub(crate) const FABRIKAM: Uuid = Uuid::from_u128(0x99999999_9999_9999_9999_999999999999);
pub(crate) const OWNER: Uuid = Uuid::from_u128(0x44444444_4444_4444_4444_000000000001);
pub(crate) const OWNER_APP: Uuid = Uuid::from_u128(0x33333333_3333_3333_3333_000000000001);
pub(crate) const ADA: Uuid = Uuid::from_u128(0x55555555_5555_5555_5555_000000000001);
pub(crate) const EVE: Uuid = Uuid::from_u128(0x55555555_5555_5555_5555_000000000002);
pub(crate) const ENGINEERS: Uuid = Uuid::from_u128(0x66666666_6666_6666_6666_000000000001);
pub(crate) const IDENTITY: Uuid = Uuid::from_u128(0x77777777_7777_7777_7777_000000000001);
pub(crate) const IDENTITY_APP: Uuid = Uuid::from_u128(0x33333333_3333_3333_3333_000000000101);
pub(crate) const ORIGIN: &str = "https://localhost:4443";

pub(crate) fn world() -> World {
    let mut world = World::default();
    for (id, name) in [(CONTOSO, "Contoso"), (FABRIKAM, "Fabrikam")] {
        let domain = format!("{}.onmicrosoft.com", name.to_lowercase()).into();
        world.directory.add_tenant(Tenant { id, display_name: name.into(), domain, management_groups: Arc::default() });
    }
    for (name, number, tenant_id, disabled) in
        [("owner", 1, CONTOSO, false), ("blocked", 7, CONTOSO, true), ("fabrikam-owner", 9, FABRIKAM, false)]
    {
        let app_id = Uuid::from_u128(0x33333333_3333_3333_3333_000000000000 + number);
        let mut application = Application::new(Uuid::from_u128(number), tenant_id, app_id, name);
        application.credentials.passwords = vec![Password::plain(Uuid::from_u128(number), &format!("{name}-secret"))];
        world.directory.put_application(application);
        let kind = ServicePrincipal { app_id, disabled, ..ServicePrincipal::default() };
        let object_id = Uuid::from_u128(0x44444444_4444_4444_4444_000000000000 + number);
        world.directory.put(principal(object_id, tenant_id, name, PrincipalKind::ServicePrincipal(kind)));
    }
    for (object_id, name, upn, guest) in [
        (ADA, "ada", "ada@contoso.onmicrosoft.com", false),
        (EVE, "eve", "eve_fabrikam.onmicrosoft.com#EXT#@contoso.onmicrosoft.com", true),
    ] {
        let user = User { user_principal_name: upn.into(), guest, home_tenant: guest.then_some(FABRIKAM), ..User::default() };
        world.directory.put(principal(object_id, CONTOSO, name, PrincipalKind::User(user)));
    }
    let engineers = Group { members: vec![ADA].into() };
    world.directory.put(principal(ENGINEERS, CONTOSO, "engineers", PrincipalKind::Group(engineers)));
    let identity = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-linked/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default";
    world.directory.add_managed_identity(IDENTITY, IDENTITY_APP, CONTOSO, &ResourceId::parse(identity).unwrap(), true);
    world
}

fn principal(object_id: Uuid, tenant_id: Uuid, name: &str, kind: PrincipalKind) -> Principal {
    Principal { object_id, tenant_id, name: Some(name.into()), display_name: name.into(), profile: Profile::default(), kind }
}

pub(crate) fn folder() -> Arc<StateFolder> {
    Arc::new(StateFolder::open(&KeptIn::Process, &Log::new(LogForm::Off)))
}

pub(crate) fn entra(authentication: Authentication) -> Entra {
    Entra::new(folder(), authentication)
}

pub(crate) fn is_ours(host: &str, port: u16) -> bool {
    ["localhost", "127.0.0.1", "::1"].contains(&host) && [4443, 5555].contains(&port)
}
