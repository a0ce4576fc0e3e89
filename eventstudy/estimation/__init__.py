"""The array core: windows, batched least squares, forecast errors. No pandas here."""
