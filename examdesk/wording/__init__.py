"""What stands in a typed text: phrases, secrets, private contacts. Pure; the same on every machine."""
