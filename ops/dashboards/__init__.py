"""Dashboards of Grafana and Kibana: one Python source, whose queries a test compares with the metrics there are."""
