"""What happens in a run, told to a collector over OTLP where somebody asks for it: figures, never contents."""

from gha_router.telemetry.silence import SILENT, Telemetry
from gha_router.telemetry.switch import telemetry
from gha_router.telemetry.together import Together

__all__ = ["SILENT", "Telemetry", "Together", "telemetry"]
