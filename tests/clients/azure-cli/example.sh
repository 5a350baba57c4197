#!/usr/bin/env bash
# Shares a self-hosted integration runtime with another factory.
# Run it in an emulator of its own:   adf-emulator exec -- bash example.sh
set -euo pipefail

version=api-version=2018-06-01

# Creates a factory with a managed identity, which a linking factory needs, and prints one member of it.
factory() {
  az resource create --resource-group "$1" --name "$2" --resource-type Microsoft.DataFactory/factories --is-full-object \
    --properties '{"location":"eastus","identity":{"type":"SystemAssigned"},"properties":{}}' --query "$3" --output tsv
}

sharing=$(factory rg-shared adf-example-sharing id)
principal=$(factory rg-linked adf-example-linking identity.principalId)
shared="$sharing/integrationRuntimes/shared-runtime"
linked="${sharing/rg-shared/rg-linked}"
linked="${linked/adf-example-sharing/adf-example-linking}/integrationRuntimes/linked-runtime"
az rest --method put --url "$shared?$version" --body '{"properties":{"type":"SelfHosted"}}' --output none

link() {
  local info="{\"authorizationType\":\"RBAC\",\"resourceId\":\"$shared\"}"
  az rest --method put --url "$linked?$version" --output none \
    --body "{\"properties\":{\"type\":\"SelfHosted\",\"typeProperties\":{\"linkedInfo\":$info}}}"
}

if ! refusal=$(link 2>&1); then
  echo "before the grant: $(grep -o UnauthorizedIntegrationRuntimeAccess <<<"$refusal" | head -n 1)"
fi

az role assignment create --assignee-object-id "$principal" --assignee-principal-type ServicePrincipal \
  --role Contributor --scope "$shared" --output none

link
of=$(az rest --method post --url "$linked/getStatus?$version" --query properties.dataFactoryName --output tsv)
echo "after the grant: linked-runtime is of $of"
