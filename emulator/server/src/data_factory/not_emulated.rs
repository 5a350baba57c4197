//! What Azure's Data Factory has and the emulator does not have yet, by name.
//!
//! Each is authorized as Azure would and then answered 501 with its operation id. Follows the operations of
//! api-version 2018-06-01 and the actions that the provider registers; where it registers two for one operation, the
//! one that the quota of recorded answers speaks for.

use crate::arm::routes::{Access, Operation, Run, Versions};
use axum::http::Method;

/// A path in a factory. A macro, because the rows are constants and `concat!` takes nothing but literals.
macro_rules! in_factory {
    ($rest:literal) => {
        concat!(
            "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}",
            $rest
        )
    };
}

const fn row(name: &'static str, method: Method, path: &'static str, action: &'static str) -> Operation {
    Operation { name, method, path, access: Access::Action(action), run: Run::NotEmulated, note: "", versions: Versions::All }
}

/// The operations that are not emulated.
pub static OPERATIONS: &[Operation] = &[
    row(
        "ActivityRuns_QueryByPipelineRun",
        Method::POST,
        in_factory!("/pipelineruns/{runId}/queryActivityruns"),
        "Microsoft.DataFactory/factories/pipelineruns/queryactivityruns/read",
    ),
    row(
        "ChangeDataCapture_CreateOrUpdate",
        Method::PUT,
        in_factory!("/adfcdcs/{changeDataCaptureName}"),
        "Microsoft.DataFactory/factories/adfcdcs/write",
    ),
    row(
        "ChangeDataCapture_Delete",
        Method::DELETE,
        in_factory!("/adfcdcs/{changeDataCaptureName}"),
        "Microsoft.DataFactory/factories/adfcdcs/delete",
    ),
    row(
        "ChangeDataCapture_Get",
        Method::GET,
        in_factory!("/adfcdcs/{changeDataCaptureName}"),
        "Microsoft.DataFactory/factories/adfcdcs/read",
    ),
    row("ChangeDataCapture_ListByFactory", Method::GET, in_factory!("/adfcdcs"), "Microsoft.DataFactory/factories/adfcdcs/read"),
    row(
        "ChangeDataCapture_Start",
        Method::POST,
        in_factory!("/adfcdcs/{changeDataCaptureName}/start"),
        "Microsoft.DataFactory/factories/adfcdcs/start/action",
    ),
    row(
        "ChangeDataCapture_Status",
        Method::GET,
        in_factory!("/adfcdcs/{changeDataCaptureName}/status"),
        "Microsoft.DataFactory/factories/adfcdcs/status/read",
    ),
    row(
        "ChangeDataCapture_Stop",
        Method::POST,
        in_factory!("/adfcdcs/{changeDataCaptureName}/stop"),
        "Microsoft.DataFactory/factories/adfcdcs/stop/action",
    ),
    row(
        "DataFlowDebugSession_AddDataFlow",
        Method::POST,
        in_factory!("/addDataFlowToDebugSession"),
        "Microsoft.DataFactory/factories/addDataFlowToDebugSession/action",
    ),
    row(
        "DataFlowDebugSession_Create",
        Method::POST,
        in_factory!("/createDataFlowDebugSession"),
        "Microsoft.DataFactory/factories/createdataflowdebugsession/action",
    ),
    row(
        "DataFlowDebugSession_Delete",
        Method::POST,
        in_factory!("/deleteDataFlowDebugSession"),
        "Microsoft.DataFactory/factories/deletedataflowdebugsession/action",
    ),
    row(
        "DataFlowDebugSession_ExecuteCommand",
        Method::POST,
        in_factory!("/executeDataFlowDebugCommand"),
        "Microsoft.DataFactory/factories/executeDataFlowDebugCommand/action",
    ),
    row(
        "DataFlowDebugSession_QueryByFactory",
        Method::POST,
        in_factory!("/queryDataFlowDebugSessions"),
        "Microsoft.DataFactory/factories/querydataflowdebugsessions/action",
    ),
    row(
        "DataFlows_CreateOrUpdate",
        Method::PUT,
        in_factory!("/dataflows/{dataFlowName}"),
        "Microsoft.DataFactory/factories/dataflows/write",
    ),
    row("DataFlows_Delete", Method::DELETE, in_factory!("/dataflows/{dataFlowName}"), "Microsoft.DataFactory/factories/dataflows/delete"),
    row("DataFlows_Get", Method::GET, in_factory!("/dataflows/{dataFlowName}"), "Microsoft.DataFactory/factories/dataflows/read"),
    row("DataFlows_ListByFactory", Method::GET, in_factory!("/dataflows"), "Microsoft.DataFactory/factories/dataflows/read"),
    row("Datasets_CreateOrUpdate", Method::PUT, in_factory!("/datasets/{datasetName}"), "Microsoft.DataFactory/factories/datasets/write"),
    row("Datasets_Delete", Method::DELETE, in_factory!("/datasets/{datasetName}"), "Microsoft.DataFactory/factories/datasets/delete"),
    row("Datasets_Get", Method::GET, in_factory!("/datasets/{datasetName}"), "Microsoft.DataFactory/factories/datasets/read"),
    row("Datasets_ListByFactory", Method::GET, in_factory!("/datasets"), "Microsoft.DataFactory/factories/datasets/read"),
    row(
        "ExposureControl_GetFeatureValue",
        Method::POST,
        "/subscriptions/{subscriptionId}/providers/Microsoft.DataFactory/locations/{locationId}/getFeatureValue",
        "Microsoft.DataFactory/locations/getFeatureValue/read",
    ),
    row(
        "ExposureControl_GetFeatureValueByFactory",
        Method::POST,
        in_factory!("/getFeatureValue"),
        "Microsoft.DataFactory/factories/getFeatureValue/read",
    ),
    row(
        "ExposureControl_QueryFeatureValuesByFactory",
        Method::POST,
        in_factory!("/queryFeaturesValue"),
        "Microsoft.DataFactory/factories/queryFeaturesValue/read",
    ),
    row(
        "Factories_GetDataPlaneAccess",
        Method::POST,
        in_factory!("/getDataPlaneAccess"),
        "Microsoft.DataFactory/factories/getDataPlaneAccess/action",
    ),
    row(
        "Factories_GetGitHubAccessToken",
        Method::POST,
        in_factory!("/getGitHubAccessToken"),
        "Microsoft.DataFactory/factories/getGitHubAccessToken/action",
    ),
    row(
        "GlobalParameters_CreateOrUpdate",
        Method::PUT,
        in_factory!("/globalParameters/{globalParameterName}"),
        "Microsoft.DataFactory/factories/globalParameters/write",
    ),
    row(
        "GlobalParameters_Delete",
        Method::DELETE,
        in_factory!("/globalParameters/{globalParameterName}"),
        "Microsoft.DataFactory/factories/globalParameters/delete",
    ),
    row(
        "GlobalParameters_Get",
        Method::GET,
        in_factory!("/globalParameters/{globalParameterName}"),
        "Microsoft.DataFactory/factories/globalParameters/read",
    ),
    row(
        "GlobalParameters_ListByFactory",
        Method::GET,
        in_factory!("/globalParameters"),
        "Microsoft.DataFactory/factories/globalParameters/read",
    ),
    row(
        "IntegrationRuntime_DisableInteractiveQuery",
        Method::POST,
        in_factory!("/integrationRuntimes/{integrationRuntimeName}/disableInteractiveQuery"),
        "Microsoft.DataFactory/factories/integrationruntimes/disableInteractiveQuery/action",
    ),
    row(
        "IntegrationRuntime_EnableInteractiveQuery",
        Method::POST,
        in_factory!("/integrationRuntimes/{integrationRuntimeName}/enableInteractiveQuery"),
        "Microsoft.DataFactory/factories/integrationruntimes/enableInteractiveQuery/action",
    ),
    row(
        "IntegrationRuntimeObjectMetadata_Get",
        Method::POST,
        in_factory!("/integrationRuntimes/{integrationRuntimeName}/getObjectMetadata"),
        "Microsoft.DataFactory/factories/integrationruntimes/getObjectMetadata/action",
    ),
    row(
        "IntegrationRuntimeObjectMetadata_Refresh",
        Method::POST,
        in_factory!("/integrationRuntimes/{integrationRuntimeName}/refreshObjectMetadata"),
        "Microsoft.DataFactory/factories/integrationruntimes/refreshObjectMetadata/action",
    ),
    row(
        "IntegrationRuntimes_ListOutboundNetworkDependenciesEndpoints",
        Method::GET,
        in_factory!("/integrationRuntimes/{integrationRuntimeName}/outboundNetworkDependenciesEndpoints"),
        "Microsoft.DataFactory/factories/integrationruntimes/outboundNetworkDependenciesEndpoints/read",
    ),
    row(
        "ManagedPrivateEndpoints_CreateOrUpdate",
        Method::PUT,
        in_factory!("/managedVirtualNetworks/{managedVirtualNetworkName}/managedPrivateEndpoints/{managedPrivateEndpointName}"),
        "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints/write",
    ),
    row(
        "ManagedPrivateEndpoints_Delete",
        Method::DELETE,
        in_factory!("/managedVirtualNetworks/{managedVirtualNetworkName}/managedPrivateEndpoints/{managedPrivateEndpointName}"),
        "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints/delete",
    ),
    row(
        "ManagedPrivateEndpoints_Get",
        Method::GET,
        in_factory!("/managedVirtualNetworks/{managedVirtualNetworkName}/managedPrivateEndpoints/{managedPrivateEndpointName}"),
        "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints/read",
    ),
    row(
        "ManagedPrivateEndpoints_ListByFactory",
        Method::GET,
        in_factory!("/managedVirtualNetworks/{managedVirtualNetworkName}/managedPrivateEndpoints"),
        "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints/read",
    ),
    row(
        "ManagedVirtualNetworks_CreateOrUpdate",
        Method::PUT,
        in_factory!("/managedVirtualNetworks/{managedVirtualNetworkName}"),
        "Microsoft.DataFactory/factories/managedVirtualNetworks/write",
    ),
    row(
        "ManagedVirtualNetworks_Get",
        Method::GET,
        in_factory!("/managedVirtualNetworks/{managedVirtualNetworkName}"),
        "Microsoft.DataFactory/factories/managedVirtualNetworks/read",
    ),
    row("Operations_List", Method::GET, "/providers/Microsoft.DataFactory/operations", "Microsoft.DataFactory/operations/read"),
    row(
        "PipelineRuns_Cancel",
        Method::POST,
        in_factory!("/pipelineruns/{runId}/cancel"),
        "Microsoft.DataFactory/factories/pipelineruns/cancel/action",
    ),
    row("PipelineRuns_Get", Method::GET, in_factory!("/pipelineruns/{runId}"), "Microsoft.DataFactory/factories/pipelineruns/read"),
    row(
        "PipelineRuns_QueryByFactory",
        Method::POST,
        in_factory!("/queryPipelineRuns"),
        "Microsoft.DataFactory/factories/querypipelineruns/read",
    ),
    row(
        "Pipelines_CreateOrUpdate",
        Method::PUT,
        in_factory!("/pipelines/{pipelineName}"),
        "Microsoft.DataFactory/factories/pipelines/write",
    ),
    row(
        "Pipelines_CreateRun",
        Method::POST,
        in_factory!("/pipelines/{pipelineName}/createRun"),
        "Microsoft.DataFactory/factories/pipelines/createrun/action",
    ),
    row("Pipelines_Delete", Method::DELETE, in_factory!("/pipelines/{pipelineName}"), "Microsoft.DataFactory/factories/pipelines/delete"),
    row("Pipelines_Get", Method::GET, in_factory!("/pipelines/{pipelineName}"), "Microsoft.DataFactory/factories/pipelines/read"),
    row("Pipelines_ListByFactory", Method::GET, in_factory!("/pipelines"), "Microsoft.DataFactory/factories/pipelines/read"),
    row(
        "PrivateEndpointConnection_CreateOrUpdate",
        Method::PUT,
        in_factory!("/privateEndpointConnections/{privateEndpointConnectionName}"),
        "Microsoft.DataFactory/factories/privateEndpointConnections/write",
    ),
    row(
        "PrivateEndpointConnection_Delete",
        Method::DELETE,
        in_factory!("/privateEndpointConnections/{privateEndpointConnectionName}"),
        "Microsoft.DataFactory/factories/privateEndpointConnections/delete",
    ),
    row(
        "PrivateEndpointConnection_Get",
        Method::GET,
        in_factory!("/privateEndpointConnections/{privateEndpointConnectionName}"),
        "Microsoft.DataFactory/factories/privateEndpointConnections/read",
    ),
    row(
        "privateEndPointConnections_ListByFactory",
        Method::GET,
        in_factory!("/privateEndpointConnections"),
        "Microsoft.DataFactory/factories/privateEndpointConnections/read",
    ),
    row(
        "privateLinkResources_Get",
        Method::GET,
        in_factory!("/privateLinkResources"),
        "Microsoft.DataFactory/factories/privateLinkResources/read",
    ),
    row(
        "TriggerRuns_Cancel",
        Method::POST,
        in_factory!("/triggers/{triggerName}/triggerRuns/{runId}/cancel"),
        "Microsoft.DataFactory/factories/triggers/triggerruns/cancel/action",
    ),
    row(
        "TriggerRuns_QueryByFactory",
        Method::POST,
        in_factory!("/queryTriggerRuns"),
        "Microsoft.DataFactory/factories/querytriggerruns/read",
    ),
    row(
        "TriggerRuns_Rerun",
        Method::POST,
        in_factory!("/triggers/{triggerName}/triggerRuns/{runId}/rerun"),
        "Microsoft.DataFactory/factories/triggers/triggerruns/rerun/action",
    ),
    row("Triggers_CreateOrUpdate", Method::PUT, in_factory!("/triggers/{triggerName}"), "Microsoft.DataFactory/factories/triggers/write"),
    row("Triggers_Delete", Method::DELETE, in_factory!("/triggers/{triggerName}"), "Microsoft.DataFactory/factories/triggers/delete"),
    row("Triggers_Get", Method::GET, in_factory!("/triggers/{triggerName}"), "Microsoft.DataFactory/factories/triggers/read"),
    row(
        "Triggers_GetEventSubscriptionStatus",
        Method::POST,
        in_factory!("/triggers/{triggerName}/getEventSubscriptionStatus"),
        "Microsoft.DataFactory/factories/triggers/geteventsubscriptionstatus/action",
    ),
    row("Triggers_ListByFactory", Method::GET, in_factory!("/triggers"), "Microsoft.DataFactory/factories/triggers/read"),
    row("Triggers_QueryByFactory", Method::POST, in_factory!("/querytriggers"), "Microsoft.DataFactory/factories/querytriggers/action"),
    row(
        "Triggers_Start",
        Method::POST,
        in_factory!("/triggers/{triggerName}/start"),
        "Microsoft.DataFactory/factories/triggers/start/action",
    ),
    row("Triggers_Stop", Method::POST, in_factory!("/triggers/{triggerName}/stop"), "Microsoft.DataFactory/factories/triggers/stop/action"),
    row(
        "Triggers_SubscribeToEvents",
        Method::POST,
        in_factory!("/triggers/{triggerName}/subscribeToEvents"),
        "Microsoft.DataFactory/factories/triggers/subscribetoevents/action",
    ),
    row(
        "Triggers_UnsubscribeFromEvents",
        Method::POST,
        in_factory!("/triggers/{triggerName}/unsubscribeFromEvents"),
        "Microsoft.DataFactory/factories/triggers/unsubscribefromevents/action",
    ),
];
