"""What every reader needs: tables, layers, coordinates."""
