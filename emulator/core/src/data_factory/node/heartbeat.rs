//! Heartbeats: what a node that is a process of its own sends, and what follows when none comes.
//!
//! A node that never sent one stays as it is set. From its first on it goes Offline when `offlineAfter` has passed on the
//! world's clock without another, and the next brings it back. The world has those nodes in the order in which they were
//! last heard of: so the first is the next to go, also after the setting has changed.

use super::{Node, NodeStatus, NodeUpdate, by_id, keep_node};
use crate::data_factory::integration_runtime::{self, IntegrationRuntime, RuntimeKind};
use crate::timestamp::Timestamp;
use crate::world::World;
use uuid::Uuid;

/// Takes a heartbeat with what the node reports; returns whether it brought the node back from Offline, or `None` when
/// there is no such node. A node that is Limited stays so.
pub fn beat(world: &mut World, id: Uuid, figures: NodeUpdate) -> Option<bool> {
    let (runtime, node) = by_id(world, id).map(|it| (it.runtime.clone(), it.node.clone()))?;
    let came_back = node.status == NodeStatus::Offline;
    let status = if came_back { NodeStatus::Online } else { node.status };
    let node = Node { sends_heartbeats: true, ..node.with_status(status, world.now).with_figures(figures) };
    if let RuntimeKind::SelfHosted(self_hosted) = &runtime.kind {
        keep_node(world, &runtime, self_hosted, node);
    }
    Some(came_back)
}

/// Returns when the next node goes Offline unless it is heard of.
pub fn next_overdue(world: &World) -> Option<Timestamp> {
    world.heard_of.first().map(|((heard_at, _), _)| heard_at.plus(world.settings.offline_after))
}

/// Takes the node Offline that was heard of longest ago.
pub fn miss(world: &mut World) {
    let Some((key, runtime)) = world.heard_of.first().map(|(key, runtime)| (*key, runtime.clone())) else { return };
    world.heard_of.remove(&key);
    let Some(runtime) = integration_runtime::find(world, &runtime).cloned() else { return };
    let RuntimeKind::SelfHosted(self_hosted) = &runtime.kind else { return };
    if let Some(node) = self_hosted.nodes.iter().find(|node| node.id == key.1).cloned() {
        keep_node(world, &runtime, self_hosted, node.with_status(NodeStatus::Offline, world.now));
    }
}

/// Keeps the order of the nodes in step with a runtime that changes, comes or goes.
pub fn follow(world: &mut World, before: Option<&IntegrationRuntime>, after: Option<&IntegrationRuntime>) {
    for node in before.into_iter().flat_map(awaited) {
        world.heard_of.remove(&(node.last_connect_time, node.id));
    }
    for (runtime, node) in after.into_iter().flat_map(|runtime| awaited(runtime).map(move |node| (runtime, node))) {
        world.heard_of.insert((node.last_connect_time, node.id), runtime.id.clone());
    }
}

/// Returns the nodes of a runtime whose next heartbeat is waited for.
fn awaited(runtime: &IntegrationRuntime) -> impl Iterator<Item = &Node> {
    let nodes = match &runtime.kind {
        RuntimeKind::SelfHosted(self_hosted) => &*self_hosted.nodes,
        _ => &[],
    };
    nodes.iter().filter(|node| node.sends_heartbeats && node.status != NodeStatus::Offline)
}

#[cfg(test)]
mod tests {
    use super::super::{remove, set};
    use super::*;
    use crate::data_factory::integration_runtime::status::get_status;
    use crate::data_factory::testing::{self, factory_id, factory_with_identity, register, self_hosted};
    use crate::resource_id::ResourceId;
    use crate::settle::settle;
    use crate::timestamp::Duration;

    fn with_runtime() -> (World, ResourceId) {
        let mut world = testing::world();
        factory_with_identity(&mut world, &factory_id("factory"));
        let runtime = factory_id("factory").child("integrationRuntimes", "runtime");
        self_hosted(&mut world, &runtime);
        (world, runtime)
    }

    fn pass(world: &mut World, seconds: i64) {
        let then = world.now.plus(Duration::from_seconds(seconds));
        settle(world, then);
    }

    fn status(world: &World, id: Uuid) -> NodeStatus {
        by_id(world, id).unwrap().node.status
    }

    #[test]
    fn a_node_goes_offline_when_its_heartbeat_is_overdue_and_the_next_brings_it_back() {
        let (mut world, runtime) = with_runtime();
        let (beating, set_by_hand) = (register(&mut world, &runtime, "beating"), register(&mut world, &runtime, "by-hand"));
        assert_eq!(beat(&mut world, beating, NodeUpdate::default()), Some(false));
        let heard_at = world.now;
        pass(&mut world, 89);
        assert_eq!(status(&world, beating), NodeStatus::Online);
        pass(&mut world, 1_000);
        assert_eq!((status(&world, beating), status(&world, set_by_hand)), (NodeStatus::Offline, NodeStatus::Online));
        let node = by_id(&world, beating).unwrap().node.clone();
        assert_eq!((node.last_connect_time, node.last_stop_time), (heard_at, Some(heard_at.plus(Duration::from_seconds(90)))));
        assert_eq!(get_status(&world, &runtime).unwrap().state(), "Limited");
        let figures = NodeUpdate { cpu_utilization: Some(7), ..NodeUpdate::default() };
        assert_eq!(beat(&mut world, beating, figures), Some(true));
        let node = by_id(&world, beating).unwrap().node.clone();
        assert_eq!((node.status, node.cpu_utilization, node.last_start_time), (NodeStatus::Online, 7, world.now));
        assert_eq!(beat(&mut world, Uuid::nil(), NodeUpdate::default()), None);
    }

    #[test]
    fn what_is_due_next_follows_the_nodes_and_the_setting() {
        let (mut world, runtime) = with_runtime();
        assert_eq!(world.due_next(), None);
        let (first, second) = (register(&mut world, &runtime, "first"), register(&mut world, &runtime, "second"));
        beat(&mut world, first, NodeUpdate::default());
        pass(&mut world, 10);
        beat(&mut world, second, NodeUpdate::default());
        assert_eq!(world.due_next(), Some(world.now.plus(Duration::from_seconds(80))));
        world.settings.offline_after = Duration::from_seconds(60);
        assert_eq!(world.due_next(), Some(world.now.plus(Duration::from_seconds(50))));
        beat(&mut world, first, NodeUpdate::default());
        assert_eq!((world.due_next(), world.heard_of.len()), (Some(world.now.plus(Duration::from_seconds(60))), 2));
        assert!(remove(&mut world, first));
        set(&mut world, second, NodeUpdate { status: Some(NodeStatus::Offline), ..NodeUpdate::default() });
        assert!(world.heard_of.is_empty());
        beat(&mut world, second, NodeUpdate::default());
        world.remove_at_and_below(&factory_id("factory"));
        assert_eq!(world.due_next(), None);
    }

    #[test]
    fn what_is_set_stays_until_a_heartbeat_is_overdue() {
        let (mut world, runtime) = with_runtime();
        let node = register(&mut world, &runtime, "node");
        beat(&mut world, node, NodeUpdate::default());
        let to = |status| NodeUpdate { status: Some(status), ..NodeUpdate::default() };
        set(&mut world, node, to(NodeStatus::Limited));
        pass(&mut world, 30);
        assert_eq!(beat(&mut world, node, NodeUpdate::default()), Some(false));
        assert_eq!(status(&world, node), NodeStatus::Limited);
        pass(&mut world, 90);
        assert_eq!(status(&world, node), NodeStatus::Offline);
        set(&mut world, node, to(NodeStatus::Online));
        pass(&mut world, 89);
        assert_eq!(status(&world, node), NodeStatus::Online);
        pass(&mut world, 1);
        assert_eq!(status(&world, node), NodeStatus::Offline);
        register(&mut world, &runtime, "node");
        pass(&mut world, 1_000);
        assert_eq!(status(&world, node), NodeStatus::Online, "who registers anew has sent no heartbeat yet");
    }
}
