variable "name" {
  description = "The name of the service at Lumen."
  type        = string
  default     = "Quickstart"
}

variable "partner" {
  description = "Whose data centre it is."
  type        = string
  default     = "Equinix"
}

variable "master_site_id" {
  description = "The site, from the data source lumen_locations."
  type        = string
  default     = "PL0001247634"
}

variable "bandwidth" {
  description = "The bandwidth with its unit. Changing it changes the connection in place."
  type        = string
  default     = "100 Mbps"
}

variable "max_hourly_price" {
  description = "Nothing dearer than this, in USD per hour, is ordered."
  type        = string
  default     = "1.00"
}

variable "contact" {
  description = "Whom Lumen writes to about the order."
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
