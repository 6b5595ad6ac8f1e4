#!/bin/bash
# Health check of a container: exit code 0 if the service on this port says that it is ready. Written in bash because the
# slim images have no curl, and starting a Node process for each check would cost more than the service itself.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
read -r -t 8 _ status _ <&3
[ "$status" = 200 ] && exit 0
tail -n 1 <&3
exit 1
