output "service_id" {
  description = "The service at Lumen."
  value       = lumen_iod_connection.internet.service_id
}

output "status" {
  description = "Whether it is active."
  value       = lumen_iod_connection.internet.status
}

output "hourly_price" {
  description = "What it costs, in USD per hour."
  value       = lumen_iod_connection.internet.hourly_price
}

output "address" {
  description = "Where it is."
  value       = "${data.lumen_location.site.street_address}, ${data.lumen_location.site.city}"
}

output "offers" {
  description = "What Lumen sells at the site, and for how many USD per hour."
  value       = { for offer in data.lumen_iod_price.site.offers : offer.bandwidth => offer.hourly_price }
}
