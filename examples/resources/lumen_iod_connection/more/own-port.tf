resource "lumen_iod_connection" "warehouse" {
  name            = "Warehouse"
  master_site_id  = "PL0001247894"
  port_service_id = "70/KFGS/100001/LUMN"
  bandwidth       = "100 Mbps"
}
