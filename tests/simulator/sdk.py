"""The official SDK, pointed at a simulator."""

from africastalking.SMS import SMSService


def sdk_at(url: str, api_key: str = "demo-api-key", username: str = "sandbox") -> SMSService:
    service = SMSService(username, api_key)
    service._baseUrl = f"{url}/version1"
    return service
