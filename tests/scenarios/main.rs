//! What people do with the emulator, told from one end to the other.
//!
//! Each in a world of its own, over HTTP, in the order of the page that it follows.

mod administrators;
mod assertions;
mod assigning_roles;
mod auditing;
mod browser_sign_in;
mod changing_the_directory;
mod control_page;
mod custom_roles;
mod delays;
mod delegating;
mod deny_assignments;
mod device_codes;
mod directories;
mod eligible_roles;
mod eligible_roles_bounds;
mod eligible_roles_versions;
mod explaining;
mod factories;
mod faults;
mod group_membership;
mod journal;
mod least_privilege;
mod linked_services;
mod locks;
mod managed_identities;
mod management_groups;
mod mistakes_in_world_files;
mod monitoring_a_share;
mod nodes;
mod not_emulated;
mod page_snippets;
mod reading_the_directory;
mod refused_tokens;
mod repeat;
mod resource_manager;
mod running_a_runtime;
mod sharing;
mod sharing_page;
mod signing_in;
mod tags;
mod terraform;
mod terraform_eligible_roles;
mod users_sign_in;
mod worlds;
