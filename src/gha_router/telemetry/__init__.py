"""What happens in a run, told to a collector over OTLP where somebody asks for it: figures, never contents."""

from gha_router.telemetry.silence import SILENT, Telemetry
from gha_router.telemetry.switch import telemetry

__all__ = ["SILENT", "Telemetry", "telemetry"]
