"""The Faust worker that lets through what the marketplace allows: `products` → `filtered_products`."""
