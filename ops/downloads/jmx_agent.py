"""The Java agent by which a broker tells Prometheus about itself."""

from ops.downloads.jars import Jars

AGENT = Jars(("io.prometheus.jmx:jmx_prometheus_javaagent:1.0.1",), alone=True)
