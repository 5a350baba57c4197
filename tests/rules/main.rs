//! One canonical test per rule, each in a file named like its rule; a tidy test compares the two.

mod assigning_an_identity_needs_permission;
mod connect_via_names_a_runtime;
mod credential_name_shape;
mod credential_names_an_identity_of_the_factory;
mod document_exists;
mod document_has_properties;
mod document_is_not_referenced;
mod document_shape;
mod entities_per_factory;
mod etag_matches;
mod factory_keeps_its_customer_key;
mod factory_keeps_its_identity;
mod factory_name_is_unique;
mod factory_name_shape;
mod guest_shares_by_identity;
mod identity_shape;
mod integration_runtime_name_shape;
mod linked_service_name_shape;
mod only_version_2;
mod reference_exists;
mod repository_names_a_factory;
mod resource_group_exists;
mod subscription_exists;
