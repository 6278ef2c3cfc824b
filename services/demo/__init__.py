"""The demo company: Nordwerk Supply with its catalogue, customers and a year of orders, the same on every machine."""
