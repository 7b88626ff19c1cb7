"""The compose file, unchanged, really started and attacked: `python -m tests.deploy` (root and a Docker engine needed).

Where no image registry is reached, stand-ins are built under the official names: the same servers from the same
archives, and for Grafana and Kibana, whose programs cannot be had, HTTP stand-ins that check their provisioning.
"""
