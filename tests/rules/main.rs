//! One canonical test per rule, each in a file named like its rule; a tidy test compares the two.

mod resource_group_exists;
mod subscription_exists;
