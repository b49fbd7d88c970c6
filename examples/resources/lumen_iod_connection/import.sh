# The ID is the service ID, which the data source lumen_iod_connections lists.
terraform import lumen_iod_connection.headquarters 77133831778
