//! `adf runtime status` and `monitor`: what a runtime and its nodes are doing.
//!
//! Both are answered by the shared runtime when they are asked of a linked one, unless its permission
//! was taken away.

use crate::{
    arguments::RuntimeName,
    failure::Failure,
    output::{Details, Document, Table},
    session::Session,
};
use adf_emulator_client::models::{IntegrationRuntimeMonitoringData, IntegrationRuntimeStatus};

/// `adf runtime status`.
pub(crate) async fn status(name: &RuntimeName, session: &Session) -> Result<Document, Failure> {
    let id = session.runtime(name)?;
    let status = session.client()?.integration_runtimes().get_status(&id).await?;
    Ok(Document::new(&status, status_text(&status)))
}

/// `adf runtime monitor`.
pub(crate) async fn monitor(name: &RuntimeName, session: &Session) -> Result<Document, Failure> {
    let id = session.runtime(name)?;
    let client = session.client()?;
    let data = client.integration_runtimes().get_monitoring_data(&id).await?;
    Ok(Document::new(&data, monitoring_text(&data)))
}

fn status_text(status: &IntegrationRuntimeStatus) -> String {
    let properties = &status.properties;
    let typed = &properties.type_properties;
    let details = Details::default()
        .with("Runtime", status.name.as_deref())
        .with("Factory", properties.data_factory_name.as_deref())
        .with("State", Some(&properties.state))
        .with("Version", typed.version.as_deref())
        .with("Auto-update", typed.auto_update.as_deref());
    let mut nodes = Table::new(["node", "status", "version", "machine"]);
    for node in &typed.nodes {
        nodes.row([node.node_name.as_deref(), node.status.as_deref(), node.version.as_deref(), node.machine_name.as_deref()]);
    }
    let mut text = format!("{details}\n{}", nodes.or_else("No nodes.\n"));
    if let Some(links) = typed.links.as_ref().filter(|links| !links.is_empty()) {
        let mut table = Table::new(["linked as", "factory", "subscription", "since"]);
        for link in links {
            table.row([
                link.name.as_deref(),
                link.data_factory_name.as_deref(),
                link.subscription_id.as_deref(),
                link.create_time.as_deref(),
            ]);
        }
        text.push_str(&format!("\n{table}"));
    }
    text
}

fn monitoring_text(data: &IntegrationRuntimeMonitoringData) -> String {
    let details = Details::default().with("Runtime", data.name.as_deref());
    let mut table = Table::new(["node", "free memory", "cpu", "jobs", "at most"]);
    for node in data.nodes.iter().flatten() {
        let memory = node.available_memory_in_mb.map(|it| format!("{it} MB"));
        let cpu = node.cpu_utilization.map(|it| format!("{it} %"));
        let jobs = node.concurrent_jobs_running.map(|it| it.to_string());
        let limit = node.concurrent_jobs_limit.map(|it| it.to_string());
        table.row([node.node_name.as_deref(), memory.as_deref(), cpu.as_deref(), jobs.as_deref(), limit.as_deref()]);
    }
    format!("{details}\n{}", table.or_else("No nodes.\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_status_shows_state_nodes_and_links() {
        let status = serde_json::from_value(json!({"name":"ir1","properties":{"dataFactoryName":"adf1",
            "state":"Online","type":"SelfHosted","typeProperties":{"autoUpdate":"On",
            "nodes":[{"nodeName":"n1","status":"Online","version":"5.1","machineName":"m1"}],
            "links":[{"name":"linked","dataFactoryName":"adf2","subscriptionId":"s","createTime":"t"}]}}}));
        assert_eq!(
            status_text(&status.unwrap()),
            "Runtime      ir1\nFactory      adf1\nState        Online\nAuto-update  On\n\n\
             NODE  STATUS  VERSION  MACHINE\nn1    Online  5.1      m1\n\n\
             LINKED AS  FACTORY  SUBSCRIPTION  SINCE\nlinked     adf2     s             t\n"
        );
    }

    #[test]
    fn without_nodes_it_says_so() {
        let data = serde_json::from_value(json!({"name":"ir1"})).unwrap();
        assert_eq!(monitoring_text(&data), "Runtime  ir1\n\nNo nodes.\n");
    }
}
