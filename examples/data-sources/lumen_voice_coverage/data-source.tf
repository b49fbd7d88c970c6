terraform {
  required_providers {
    lumen = {
      source  = "registry.terraform.io/lumen-community/lumen"
      version = "~> 0.1.0"
    }
  }
}

provider "lumen" {}

# Numbers to port to Lumen from another carrier.
data "lumen_voice_coverage" "numbers" {
  telephone_numbers = ["+13035550100", "+13035550101"]
}

data "lumen_voice_coverage" "denver" {
  city  = "Denver"
  state = "CO"
}

output "all_portable" {
  value = data.lumen_voice_coverage.numbers.all_portable
}

output "portable" {
  value = {
    for number in data.lumen_voice_coverage.numbers.coverage :
    number.telephone_number => number.portable
  }
}

output "rate_centers" {
  value = [
    for place in data.lumen_voice_coverage.denver.coverage : place.rate_center if place.covered == true
  ]
}
