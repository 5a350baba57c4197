#!/usr/bin/env bash
# Asks Azure's public cloud as anybody would who is signed in: nothing here knows an emulator.
#
# Run it beside one that stands in for Azure:   adf-emulator exec --transparent -- bash unmodified.sh
set -euo pipefail
az=${1:-az}

[ "$("$az" cloud show --query name --output tsv)" = AzureCloud ]
"$az" group create --name rg-unmodified --location eastus --output none
"$az" rest --url https://management.azure.com/subscriptions?api-version=2022-12-01 --output none
"$az" ad sp show --id "$AZURE_CLIENT_ID" --query displayName --output tsv
"$az" role assignment create --assignee "$EMULATOR_USER" --role Reader --scope "$("$az" group show --name rg-unmodified --query id --output tsv)" --output none
"$az" group delete --name rg-unmodified --yes
"$az" login --service-principal --username "$AZURE_CLIENT_ID" --password "$AZURE_CLIENT_SECRET" --tenant "$AZURE_TENANT_ID" --output none
"$az" account show --query environmentName --output tsv
