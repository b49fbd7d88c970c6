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
