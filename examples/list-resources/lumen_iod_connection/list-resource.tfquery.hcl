# terraform query -generate-config-out=generated.tf
list "lumen_iod_connection" "all" {
  provider = lumen
  limit    = 1000
}

list "lumen_iod_connection" "monroe" {
  provider         = lumen
  include_resource = true

  config {
    master_site_id = "PL0001247634"
  }
}
