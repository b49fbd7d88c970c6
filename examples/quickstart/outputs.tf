output "service_id" {
  description = "Service ID of the connection."
  value       = lumen_iod_connection.internet.service_id
}

output "status" {
  description = "Status of the connection, such as active or pending."
  value       = lumen_iod_connection.internet.status
}

output "hourly_price" {
  description = "Price of the connection, in USD per hour."
  value       = lumen_iod_connection.internet.hourly_price
}

output "address" {
  description = "Address of the site."
  value       = "${data.lumen_location.site.street_address}, ${data.lumen_location.site.city}"
}

output "offers" {
  description = "Prices at the site in USD per hour, by bandwidth."
  value       = { for offer in data.lumen_iod_price.site.offers : offer.bandwidth => offer.hourly_price }
}
