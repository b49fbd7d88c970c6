variable "state" {
  description = "Two-letter code of the state."
  type        = string
  default     = "CO"
}

variable "rate_center" {
  description = "Rate center of the numbers, from the data source lumen_voice_rate_centers."
  type        = string
  default     = "DENVER"
}

variable "hotline_numbers" {
  description = "Quantity of numbers that customers call. Increasing it orders the difference."
  type        = number
  default     = 5
}

variable "agents" {
  description = "Quantity of agents. Each agent gets one number. Increasing it orders the difference."
  type        = number
  default     = 20
}

variable "route" {
  description = "Name of your route (trunk group) at Lumen."
  type        = string
  default     = "DENVER-SBC-1"
}

variable "company" {
  description = "Company that uses the numbers, which is shown when its agents call. At most 15 characters."
  type        = string
  default     = "Example Corp"
}

variable "address" {
  description = "Address of the call center, to which emergency services send help."
  type = object({
    street_number = string
    street_name   = string
    street_suffix = string
    city          = string
    state         = string
    zip           = string
  })
  default = {
    street_number = "1025"
    street_name   = "Eldorado"
    street_suffix = "Blvd"
    city          = "Broomfield"
    state         = "CO"
    zip           = "80021"
  }
}
