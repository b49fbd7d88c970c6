variable "state" {
  description = "The state, as two letters."
  type        = string
  default     = "CO"
}

variable "rate_center" {
  description = "Where the numbers are, from the data source lumen_voice_rate_centers."
  type        = string
  default     = "DENVER"
}

variable "hotline_numbers" {
  description = "How many numbers customers can call. Growing it orders the difference."
  type        = number
  default     = 5
}

variable "agents" {
  description = "How many agents there are: each has a number. Growing it orders the difference."
  type        = number
  default     = 20
}
