variable "name" {
  description = "Name of the service at Lumen."
  type        = string
  default     = "Quickstart"
}

variable "partner" {
  description = "Name of the partner that operates the data center."
  type        = string
  default     = "Equinix"
}

variable "master_site_id" {
  description = "ID of the site, from the data source lumen_locations."
  type        = string
  default     = "PL0001247634"
}

variable "bandwidth" {
  description = "Bandwidth with its unit. Changing it updates the connection in place."
  type        = string
  default     = "100 Mbps"
}

variable "max_hourly_price" {
  description = "Highest price of the connection, in USD per hour. The provider orders nothing above it."
  type        = string
  default     = "1.00"
}

variable "contact" {
  description = "Contact for the order. Lumen emails its result here."
  type = object({
    name         = string
    email        = string
    phone        = string
    organization = string
  })
  default = {
    name         = "Ada Lovelace"
    email        = "noc@example.com"
    phone        = "+16157691234"
    organization = "Example Corp"
  }
}
