//! One canonical test per rule, each in a file named like its rule; a tidy test compares the two.

mod guest_shares_by_identity;
mod resource_group_exists;
mod subscription_exists;
