#!/usr/bin/env bash
# Applies main.tf, wants an empty plan, imports everything anew, wants an empty plan again, and destroys it.
#
# Run by `./check.sh terraform` in an emulator of its own, in a folder that has main.tf. Writes a JUnit report to $1; every
# phase is a case, and those behind one that fails are left out.
set -euo pipefail

report="$1" broken=false
group="/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/rg-example"
factories="$group/providers/Microsoft.DataFactory/factories"
shared="$factories/adf-example-sharing/integrationRuntimes/shared-runtime"
export TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1

phase() {
  local name="$1" result='<skipped/>'
  shift
  if [ "$broken" = false ]; then
    printf -- '--> %s\n' "$name"
    if "$@"; then result=''; else result='<failure></failure>' broken=true; fi
  fi
  printf '<testcase name="%s">%s</testcase>\n' "$name" "$result" >>"$report"
}

empty_plan() {
  terraform plan -no-color -detailed-exitcode
}

import() {
  rm -f terraform.tfstate terraform.tfstate.backup
  local runtime=azurerm_data_factory_integration_runtime_self_hosted
  terraform import -no-color azurerm_resource_group.example "$group" &&
    terraform import -no-color azurerm_data_factory.sharing "$factories/adf-example-sharing" &&
    terraform import -no-color azurerm_data_factory.linking "$factories/adf-example-linking" &&
    terraform import -no-color "$runtime.shared" "$shared" &&
    terraform import -no-color "$runtime.linked" "$factories/adf-example-linking/integrationRuntimes/linked-runtime" &&
    terraform import -no-color azurerm_role_assignment.grant \
      "$shared/providers/Microsoft.Authorization/roleAssignments/aaaaaaaa-0000-4000-8000-000000000001"
}

: >"$report"
phase 'apply' terraform apply -no-color -auto-approve
phase 'a plan after apply is empty' empty_plan
phase 'import' import
phase 'a plan after import is empty' empty_plan
phase 'destroy' terraform destroy -no-color -auto-approve
[ "$broken" = false ]
