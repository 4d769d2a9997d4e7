"""What a comparison of policies shows: charts, their findings in sentences, the verdict and the scorecard."""
