# Telephone numbers for a small call center: look up the rate center, reserve numbers in it, and put them into service.

terraform {
  required_version = ">= 1.8"

  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

# The credentials and the customer number come from environment variables: see the README.
provider "lumen" {}

# Agents must be able to dial 911, so their numbers need a rate center where Lumen provides it.
data "lumen_voice_rate_centers" "agents" {
  product = "enhanced_local_service"
  state   = var.state
}

locals {
  with_911 = [
    for center in data.lumen_voice_rate_centers.agents.rate_centers :
    center.rate_center if center.static_911 == true
  ]
}

# Customers call these numbers.
resource "lumen_voice_tn_reservation" "hotline" {
  product     = "local_inbound"
  rate_center = var.rate_center
  state       = var.state
  quantity    = var.hotline_numbers
  sequential  = true
}

# Agents make and receive calls with these numbers. If Lumen has too few, the rest are backordered.
resource "lumen_voice_tn_reservation" "agents" {
  product     = "enhanced_local_service"
  rate_center = var.rate_center
  state       = var.state
  quantity    = var.agents
  on_shortage = "accept_with_backorder"

  lifecycle {
    precondition {
      condition     = contains(local.with_911, var.rate_center)
      error_message = "Lumen provides 911 in ${join(", ", local.with_911)}. Choose one of these rate centers."
    }
  }
}

# Calls to the hotline take the route to the call center.
resource "lumen_voice_tn_subscription" "hotline" {
  product               = "local_inbound"
  telephone_numbers     = lumen_voice_tn_reservation.hotline.all_telephone_numbers
  customer_service_name = var.route
  on_destroy            = "retain"
}

# Emergency services send help for the agents to the address of the call center.
resource "lumen_voice_tn_subscription" "agents" {
  product               = "enhanced_local_service"
  telephone_numbers     = lumen_voice_tn_reservation.agents.all_telephone_numbers
  customer_service_name = var.route
  e911_option           = "static_911"
  subscriber            = { type = "business", business_name = var.company }
  service_address       = var.address
  cnam                  = { name = upper(var.company) }
  on_destroy            = "retain"
}
