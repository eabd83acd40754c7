"""Serves app.py from as many processes as asked: serve.py <port> <workers>.

uvicorn's own --workers makes a socket whose protocol asyncio does not recognise as TCP, and so leaves Nagle's algorithm on:
each answer then waits 40 ms for the client's acknowledgement. Here every process has a listening socket of its own.
"""

import os
import socket
import sys

import uvicorn

port, workers = int(sys.argv[1]), int(sys.argv[2])
children = []
for _ in range(workers - 1):
    child = os.fork()
    if child == 0:
        children = []
        break
    children.append(child)

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
listener.bind(("127.0.0.1", port))
server = uvicorn.Server(uvicorn.Config("app:app", log_level="critical", access_log=False))
try:
    server.run(sockets=[listener])
finally:
    for child in children:
        os.kill(child, 15)
        os.waitpid(child, 0)
