"""The conversation and its front ends: command line, console, Slack."""
