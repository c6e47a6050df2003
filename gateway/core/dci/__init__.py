"""The messages of SPDCI/DCI: envelope, moments, keys and the signatures that its users agree on."""
