"""The graph for agents: a Model Context Protocol server over stdin and stdout (https://modelcontextprotocol.io).

Agents are strangers: what they ask is evaluated by the server's own pool of workers, within the same limits.
"""
