//! Factories on the wire.
//!
//! A factory is printed in three ways: as a write answers it, as GET does (with statistics), and as answers that
//! Resource Manager merges from all regions do, which write nulls. Follows `datafactory-wire` 2.

use super::document::{self, Text};
use crate::arm::paging;
use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::authorization::readable::Readable;
use adf_emulator_core::data_factory::factory::{self, Factory};
use adf_emulator_core::data_factory::identity::{self, Identity, UserAssigned};
use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world::{Document, World};
use axum::http::Method;
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// The version of the service, in every factory.
const VERSION: &str = "2018-06-01";

/// A factory, in the order in which Azure prints it since autumn 2020.
#[derive(Serialize)]
struct FactoryResource<'a> {
    name: &'a str,
    id: &'a str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    properties: FactoryProperties<'a>,
    #[serde(rename = "eTag")]
    e_tag: Text<Quoted<'a>>,
    location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<Option<FactoryIdentity<'a>>>,
    tags: &'a Document,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FactoryProperties<'a> {
    provisioning_state: &'static str,
    create_time: Text<Timestamp>,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    factory_statistics: Option<Option<FactoryStatistics>>,
    #[serde(flatten)]
    set_by_client: &'a Document,
}

/// All zeros, also with children inside (recorded 2020 to 2023).
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct FactoryStatistics {
    total_resource_count: u32,
    max_allowed_resource_count: u32,
    factory_size_in_gb_units: u32,
    max_allowed_factory_size_in_gb_units: u32,
}

/// The etag of a factory, which has quotation marks inside.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FactoryIdentity<'a> {
    #[serde(rename = "type")]
    identity_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_assigned_identities: Option<Option<UserAssignedIdentities<'a>>>,
}

/// The ids of user-assigned identities, by the identity's id as it was sent.
struct UserAssignedIdentities<'a>(&'a [UserAssigned]);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserAssignedIdentity {
    client_id: Uuid,
    principal_id: Uuid,
}

impl Serialize for UserAssignedIdentities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ids = |one: &UserAssigned| UserAssignedIdentity { client_id: one.client_id, principal_id: one.principal_id };
        serializer.collect_map(self.0.iter().map(|one| (one.id.as_str(), ids(one))))
    }
}

impl<'a> FactoryIdentity<'a> {
    fn of(identity: &'a Identity) -> Self {
        let own = identity.system_assigned.as_ref();
        let others = identity.user_assigned.as_slice();
        Self {
            identity_type: identity.type_name(),
            principal_id: own.map(|own| own.principal_id),
            tenant_id: own.map(|own| own.tenant_id),
            user_assigned_identities: (!others.is_empty()).then_some(Some(UserAssignedIdentities(others))),
        }
    }

    /// As merged answers print it.
    fn merged(identity: &'a Identity) -> Self {
        let resource = Self::of(identity);
        Self { user_assigned_identities: resource.user_assigned_identities.or(Some(None)), ..resource }
    }
}

/// A list that is merged from all regions: its `nextLink` is written even when it is null.
#[derive(Serialize)]
struct MergedList<'a> {
    value: Vec<FactoryResource<'a>>,
    #[serde(rename = "nextLink")]
    next_link: Option<String>,
}

impl<'a> FactoryResource<'a> {
    /// As PUT, PATCH and the list of a group print it.
    fn written(factory: &'a Factory) -> Self {
        Self {
            name: factory.name(),
            id: factory.id.as_str(),
            resource_type: factory::RESOURCE_TYPE,
            properties: FactoryProperties {
                provisioning_state: "Succeeded",
                create_time: Text(factory.create_time),
                version: VERSION,
                factory_statistics: None,
                set_by_client: &factory.properties,
            },
            e_tag: Text(Quoted(&factory.etag)),
            location: &factory.location,
            identity: factory.identity.as_ref().map(|identity| Some(FactoryIdentity::of(identity))),
            tags: &factory.tags,
        }
    }

    /// As GET prints it.
    fn read(factory: &'a Factory) -> Self {
        let mut resource = Self::written(factory);
        resource.properties.factory_statistics = Some(Some(FactoryStatistics::default()));
        resource
    }

    /// As the list of a subscription and `configureFactoryRepo` print it.
    fn merged(factory: &'a Factory) -> Self {
        let mut resource = Self::written(factory);
        resource.properties.factory_statistics = Some(None);
        resource.identity = Some(factory.identity.as_ref().map(FactoryIdentity::merged));
        resource
    }
}

/// <https://learn.microsoft.com/rest/api/datafactory/factories/create-or-update>
///
/// The identities that it names need a permission of their own:
/// <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-manage-user-assigned-managed-identities>.
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let body = request.document()?;
    identity::require_assign(world, request.caller.object_id, &request.auxiliary, &request.target, &body)?;
    let factory = factory::create_or_update(world, &request.target, &body, request.if_match())?;
    Ok(Reply::ok(&FactoryResource::written(&factory)))
}

/// <https://learn.microsoft.com/rest/api/datafactory/factories/update>
fn update(world: &mut World, request: &ArmRequest) -> Answer {
    let factory = factory::update(world, &request.target, &request.document()?)?;
    Ok(Reply::ok(&FactoryResource::written(&factory)))
}

/// <https://learn.microsoft.com/rest/api/datafactory/factories/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let factory = factory::get(world, &request.target)?;
    Ok(document::read(request, &factory.etag, &FactoryResource::read(factory)))
}

/// <https://learn.microsoft.com/rest/api/datafactory/factories/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    Ok(document::deleted(factory::delete(world, &request.target)))
}

/// A list shows nothing that a GET would refuse.
fn readable(world: &World, request: &ArmRequest) -> Vec<Arc<Factory>> {
    let mut readable = Readable::by(world, request.caller.object_id);
    factory::list(world, &request.target).into_iter().filter(|it| readable.allows(factory::READ_ACTION, &it.id)).collect()
}

/// <https://learn.microsoft.com/rest/api/datafactory/factories/list-by-resource-group>
fn list_by_resource_group(world: &World, request: &ArmRequest) -> Answer {
    let factories = readable(world, request);
    Ok(List::page(factories.iter().map(|factory| FactoryResource::written(factory)).collect(), request))
}

/// <https://learn.microsoft.com/rest/api/datafactory/factories/list>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let factories = readable(world, request);
    let List { value, next_link } = paging::page(factories.iter().map(|factory| FactoryResource::merged(factory)).collect(), request);
    Ok(Reply::ok(&MergedList { value, next_link }))
}

/// <https://learn.microsoft.com/rest/api/datafactory/factories/configure-factory-repo>
fn configure_repository(world: &mut World, request: &ArmRequest) -> Answer {
    let factory = factory::configure_repository(world, &request.target, &request.document()?)?;
    Ok(Reply::ok(&FactoryResource::merged(&factory)))
}

/// The operations on factories.
pub static OPERATIONS: &[Operation] = &[
    Operation {
        name: "Factories_CreateOrUpdate",
        method: Method::PUT,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}",
        access: Access::Action("Microsoft.DataFactory/factories/write"),
        run: Run::Write(create_or_update),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "Factories_Update",
        method: Method::PATCH,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}",
        access: Access::Action("Microsoft.DataFactory/factories/write"),
        run: Run::Write(update),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "Factories_Get",
        method: Method::GET,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}",
        access: Access::Action(factory::READ_ACTION),
        run: Run::Read(get),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "Factories_Delete",
        method: Method::DELETE,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}",
        access: Access::Action("Microsoft.DataFactory/factories/delete"),
        run: Run::Write(delete),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "Factories_ListByResourceGroup",
        method: Method::GET,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories",
        access: Access::Action(factory::READ_ACTION),
        run: Run::Read(list_by_resource_group),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "Factories_List",
        method: Method::GET,
        path: "/subscriptions/{subscriptionId}/providers/Microsoft.DataFactory/factories",
        access: Access::Action(factory::READ_ACTION),
        run: Run::Read(list),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "Factories_ConfigureFactoryRepo",
        method: Method::POST,
        path: "/subscriptions/{subscriptionId}/providers/Microsoft.DataFactory/locations/{locationId}/configureFactoryRepo",
        access: Access::Action("Microsoft.DataFactory/locations/configureFactoryRepo/action"),
        run: Run::Write(configure_repository),
        note: "",
        versions: Versions::All,
    },
];
