variable "connections" {
  description = "The connections that run, by their name at Lumen."
  type = map(object({
    master_site_id = string
    bandwidth      = string
  }))
}

variable "partner" {
  description = "Whose data centres the sites are in."
  type        = string
  default     = "Equinix"
}

variable "max_hourly_price" {
  description = "No connection dearer than this, in USD per hour, is ever ordered."
  type        = string
  default     = "2.00"
}

variable "max_hourly_total" {
  description = "All connections together cost no more than this, in USD per hour, or there is no plan."
  type        = string
  default     = "5.00"
}

variable "contact" {
  description = "Whom Lumen writes to about orders."
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
