# Shares a self-hosted integration runtime with another factory.
#
# The connection comes from the environment:   adf-emulator exec -- terraform apply

terraform {
  required_providers {
    azurerm = {
      source = "hashicorp/azurerm"
    }
  }
}

provider "azurerm" {
  features {}
  resource_provider_registrations = "none" # the default since 5.0
}

resource "azurerm_resource_group" "example" {
  name     = "rg-example"
  location = "eastus"
}

resource "azurerm_data_factory" "sharing" {
  name                = "adf-example-sharing"
  location            = azurerm_resource_group.example.location
  resource_group_name = azurerm_resource_group.example.name
}

resource "azurerm_data_factory" "linking" {
  name                = "adf-example-linking"
  location            = azurerm_resource_group.example.location
  resource_group_name = azurerm_resource_group.example.name

  identity {
    type = "SystemAssigned" # a linking factory needs one: it is what gets permission
  }
}

resource "azurerm_data_factory_integration_runtime_self_hosted" "shared" {
  name            = "shared-runtime"
  data_factory_id = azurerm_data_factory.sharing.id
}

resource "azurerm_role_assignment" "grant" {
  name                 = "aaaaaaaa-0000-4000-8000-000000000001"
  scope                = azurerm_data_factory_integration_runtime_self_hosted.shared.id
  role_definition_name = "Contributor"
  principal_id         = azurerm_data_factory.linking.identity[0].principal_id
}

resource "azurerm_data_factory_integration_runtime_self_hosted" "linked" {
  name            = "linked-runtime"
  data_factory_id = azurerm_data_factory.linking.id

  rbac_authorization {
    resource_id = azurerm_data_factory_integration_runtime_self_hosted.shared.id
  }

  depends_on = [azurerm_role_assignment.grant]
}
