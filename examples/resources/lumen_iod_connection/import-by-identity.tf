import {
  to = lumen_iod_connection.headquarters
  identity = {
    service_id = "77133831778"
  }
}
