import {
  to = lumen_iod_connection.headquarters
  id = "77133831778"
}
