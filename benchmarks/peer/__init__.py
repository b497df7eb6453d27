"""Another flow engine to measure ours beside: the npm package @floip/flow-runner."""
