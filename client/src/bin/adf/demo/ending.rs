//! The second half of the demo: another tenant, revoking, a guest, unlinking, cleaning up.
//!
//! Follows <https://learn.microsoft.com/azure/data-factory/create-self-hosted-integration-runtime> and
//! the "Known limitations of self-hosted IR sharing" there.

use super::{
    cast::CONTOSO_SUBSCRIPTION,
    stage::{Refusal, Stop},
    story::{FILES, FORBIDDEN, NOT_GRANTED, SERVICE_PRINCIPAL, Story, files_via, identity_of},
};
use adf_emulator_client::{ArmRequest, CONTRIBUTOR, LinkOptions, RoleAssignmentFilter, models::Factory};

type Told = std::result::Result<(), Stop>;

impl Story {
    pub(super) async fn another_tenant(&mut self) -> Told {
        self.stage.chapter("Another tenant: not possible")?;
        let with_identity = Factory::new("westeurope").with_system_assigned_identity();
        let factory = self
            .stage
            .succeeds(
                "fabrikam-owner",
                "The owner of another tenant's subscription creates a factory there.",
                self.cast.fabrikam_owner.factories().create_or_update(&self.places.foreign, &with_identity),
                identity_of,
            )
            .await?;
        let foreigner = factory.principal_id().unwrap_or_default().to_owned();
        let assignments = self.cast.owner.role_assignments();
        self.stage
            .is_refused(
                "owner",
                "Share with it. The directory does not know an identity of another tenant.",
                Refusal { status: 400, code: "PrincipalNotFound", rule: None },
                assignments.create(&self.places.shared, CONTRIBUTOR, &foreigner, None),
            )
            .await?;
        self.stage
            .succeeds(
                "owner",
                "With principalType the directory is not asked, and the assignment is made…",
                assignments.create(&self.places.shared, CONTRIBUTOR, &foreigner, SERVICE_PRINCIPAL),
                |grant| Ok(format!("to principal {}", grant.properties.principal_id)),
            )
            .await?;
        self.stage
            .is_refused(
                "fabrikam-owner",
                "…but it lets nobody in.",
                Refusal { rule: Some("sharing-within-one-tenant"), ..NOT_GRANTED },
                self.cast.fabrikam_owner.sharing().link(&self.places.foreign_linked, &self.places.shared, LinkOptions::default()),
            )
            .await
    }

    pub(super) async fn revoking(&mut self) -> Told {
        self.stage.chapter("Revoking")?;
        self.stage
            .is_refused(
                "contributor",
                "A Contributor tries to revoke. That too is for those who may hand out roles.",
                Refusal { rule: Some("granting-needs-owner"), ..FORBIDDEN },
                self.cast.contributor.role_assignments().delete(&self.grant),
            )
            .await?;
        self.stage
            .succeeds("owner", "Revoke: delete the role assignment.", self.cast.owner.role_assignments().delete(&self.grant), |existed| {
                match existed {
                    true => Ok("revoked".to_owned()),
                    false => Err("the assignment should have been there".to_owned()),
                }
            })
            .await?;
        self.linked_status("The linked runtime still exists, but no longer works.", "AccessDenied").await?;
        self.stage
            .is_refused(
                "owner",
                "Nothing new can be connected through it.",
                Refusal { rule: Some("revoked-link-is-access-denied"), ..NOT_GRANTED },
                self.cast.owner.linked_services().create_or_update(&self.places.linking, "MoreFiles", &files_via("linked-ir")),
            )
            .await
    }

    pub(super) async fn a_guest_shares(&mut self) -> Told {
        self.stage.chapter("A guest who is Owner shares it again")?;
        let search = ArmRequest::get("/graph/v1.0/servicePrincipals")
            .query("$filter", format!("startswith(displayName,'{}')", self.places.linking.name()));
        // The demo knows no password flow, so the guest's token is her name. Where names are no tokens
        // (`--auth strict`) the owner shares again instead.
        if !self.guest_may_call().await {
            self.stage.report().words("     (left out: this emulator takes no names as tokens, so the owner stands in for the guest)")?;
            return self.sharing_again(false).await;
        }
        self.stage
            .is_refused(
                "eve",
                "She searches the directory for the linking factory, as the portal does. Guests may not.",
                Refusal { status: 403, code: "Authorization_RequestDenied", rule: Some("guest-shares-by-identity") },
                self.cast.eve.arm().send(search),
            )
            .await?;
        self.sharing_again(true).await
    }

    async fn guest_may_call(&self) -> bool {
        let request = ArmRequest::get("/subscriptions").query("api-version", "2022-12-01");
        match self.cast.eve.arm().send(request).await {
            Ok(_) => true,
            Err(error) => error.service().is_none_or(|answer| answer.status != 401),
        }
    }

    async fn sharing_again(&mut self, by_guest: bool) -> Told {
        let (name, caller) = if by_guest { ("eve", &self.cast.eve) } else { ("owner", &self.cast.owner) };
        self.grant = self
            .stage
            .succeeds(
                name,
                "Enter the managed identity's object id instead: that works.",
                caller.role_assignments().create(&self.places.shared, CONTRIBUTOR, &self.principal, SERVICE_PRINCIPAL),
                |grant| Ok(format!("to principal {}", grant.properties.principal_id)),
            )
            .await?;
        self.linked_status("The linked runtime works again, as it was.", "Online").await
    }

    pub(super) async fn unlinking(&mut self) -> Told {
        self.stage.chapter("Unlinking")?;
        self.stage
            .succeeds(
                "owner",
                "At the shared runtime, remove the links of the linking factory, by its name.",
                self.cast.owner.sharing().unlink(&self.places.shared, self.places.linking.name()),
                |()| Ok("removed".to_owned()),
            )
            .await?;
        self.linked_status("The permission is still there, the link is not.", "AccessDenied").await?;
        let version_1 =
            format!("/subscriptions/{CONTOSO_SUBSCRIPTION}/resourceGroups/rg-shared/providers/Microsoft.DataFactory/dataFactories/old");
        self.stage
            .is_refused(
                "owner",
                "All this is of Data Factory version 2. Version 1 has no sharing, and is not emulated.",
                Refusal { status: 501, code: "NotEmulated", rule: Some("only-version-2") },
                self.cast.owner.arm().send(ArmRequest::get(version_1).query("api-version", "2015-10-01")),
            )
            .await
    }

    pub(super) async fn cleaning_up(&mut self) -> Told {
        self.stage.chapter("Cleaning up")?;
        let owner = &self.cast.owner;
        let gone = |existed: &bool| match existed {
            true => Ok("deleted".to_owned()),
            false => Err("it should have been there".to_owned()),
        };
        let services = owner.linked_services();
        let call = services.delete(&self.places.linking, FILES);
        self.stage.succeeds("owner", "Delete the linked service.", call, gone).await?;
        let runtimes = owner.integration_runtimes();
        let call = runtimes.delete(&self.places.linked);
        let says = "Now nothing refers to the linked runtime, and it can be deleted.";
        self.stage.succeeds("owner", says, call, gone).await?;
        let assignments = self.cast.access_admin.role_assignments();
        let call = assignments.delete(&self.grant);
        let says = "Revoke. A User Access Administrator, who may do little else, is enough.";
        self.stage.succeeds("access-admin", says, call, gone).await?;
        let factories = owner.factories();
        let call = factories.delete(&self.places.linking);
        self.stage.succeeds("owner", "Delete the linking factory.", call, gone).await?;
        let call = factories.delete(&self.places.sharing);
        let says = "Delete the sharing factory, with the runtime in it.";
        self.stage.succeeds("owner", says, call, gone).await?;
        let foreign = self.cast.fabrikam_owner.factories();
        let call = foreign.delete(&self.places.foreign);
        let says = "The other tenant deletes its own.";
        self.stage.succeeds("fabrikam-owner", says, call, gone).await?;
        self.stage
            .is_refused(
                "owner",
                "What is deleted is gone.",
                Refusal { status: 404, code: "ResourceNotFound", rule: None },
                factories.get(&self.places.sharing),
            )
            .await
    }

    /// Takes away whatever a walk that stopped early has left, as far as that is possible.
    pub(super) async fn clear_away(&self) {
        let assignments = self.cast.owner.role_assignments();
        let here = assignments.list_for_scope(&self.places.shared, &RoleAssignmentFilter::AtScope);
        for assignment in here.await.unwrap_or_default() {
            let scope = assignment.properties.scope.as_deref().unwrap_or_default();
            if adf_emulator_client::same_id(scope, &self.places.shared.to_string()) {
                let _ = assignments.delete(&assignment).await;
            }
        }
        let owner = self.cast.owner.factories();
        let _ = owner.delete(&self.places.linking).await;
        let _ = owner.delete(&self.places.sharing).await;
        let foreign = self.cast.fabrikam_owner.factories();
        let _ = foreign.delete(&self.places.foreign).await;
    }
}
