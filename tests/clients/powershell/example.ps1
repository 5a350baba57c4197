# Shares a self-hosted integration runtime with another factory. Read from the modules' source and documentation, not run.
#
# Needs Az.Accounts, Az.DataFactory and Az.Resources:   adf-emulator exec -- pwsh example.ps1
$ErrorActionPreference = 'Stop'

# What differs from Azure: an environment of its own, and no discovery of the public cloud. Contexts stay in this process.
Disable-AzContextAutosave -Scope Process | Out-Null
Update-AzConfig -DisableInstanceDiscovery $true -Scope Process | Out-Null
$url = $env:EMULATOR_URL
Add-AzEnvironment -Name Emulator -ResourceManagerUrl $url -ActiveDirectoryAuthority "$url/" `
  -ActiveDirectoryServiceEndpointResourceId 'https://management.core.windows.net/' `
  -MicrosoftGraphUrl "$url/graph" -MicrosoftGraphEndpointResourceId "$url/graph/" `
  -GraphUrl "$url/graph" -GraphEndpointResourceId "$url/graph/" | Out-Null
$secret = ConvertTo-SecureString $env:AZURE_CLIENT_SECRET -AsPlainText -Force
$application = [pscredential]::new($env:AZURE_CLIENT_ID, $secret)
Connect-AzAccount -Environment Emulator -ServicePrincipal -Credential $application -Tenant $env:AZURE_TENANT_ID | Out-Null

# Set-AzDataFactoryV2 gives a factory a managed identity, which a linking factory needs.
$sharing = @{ ResourceGroupName = 'rg-shared'; DataFactoryName = 'adf-example-sharing' }
$linking = @{ ResourceGroupName = 'rg-linked'; DataFactoryName = 'adf-example-linking' }
Set-AzDataFactoryV2 -ResourceGroupName rg-shared -Name adf-example-sharing -Location eastus -Force | Out-Null
$factory = Set-AzDataFactoryV2 -ResourceGroupName rg-linked -Name adf-example-linking -Location eastus -Force
$shared = Set-AzDataFactoryV2IntegrationRuntime @sharing -Name shared-runtime -Type SelfHosted -Force

function Link {
  Set-AzDataFactoryV2IntegrationRuntime @linking -Name linked-runtime -Type SelfHosted `
    -SharedIntegrationRuntimeResourceId $shared.Id -Force
}

try { Link | Out-Null } catch { "before the grant: $($_.Exception.Message)" }

New-AzRoleAssignment -ObjectId $factory.Identity.PrincipalId -RoleDefinitionName Contributor -Scope $shared.Id | Out-Null

$linked = Link
"after the grant: $($linked.Name)"
