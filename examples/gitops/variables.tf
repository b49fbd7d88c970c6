variable "connections" {
  description = "Connections to manage, by service name at Lumen."
  type = map(object({
    master_site_id = string
    bandwidth      = string
  }))
}

variable "partner" {
  description = "Name of the partner that operates the data centers."
  type        = string
  default     = "Equinix"
}

variable "max_hourly_price" {
  description = "Highest price of a connection, in USD per hour. The provider orders nothing above it."
  type        = string
  default     = "2.00"
}

variable "max_hourly_total" {
  description = "Highest total price of all connections, in USD per hour. The plan fails if the total is higher."
  type        = string
  default     = "5.00"
}

variable "contact" {
  description = "Contact for orders. Lumen emails order results here."
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
