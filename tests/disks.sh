#!/usr/bin/env bash
# Prints 1 where a test can have an ext4 file system of its own, and nothing, with the reason on
# standard error, where it can't: mounting an image takes root, a loop device and the tools. Asked with
# ordinary tools, so that a test that does not get its disk although this does is an error of ours.
set -u
folder=$(mktemp -d) || exit 0
trap 'rmdir "$folder/mounted" 2>/dev/null; rm -f "$folder/image"; rmdir "$folder"' EXIT
truncate -s 16M "$folder/image" && mkdir "$folder/mounted" || exit 0
if reason=$(mkfs.ext4 -q "$folder/image" 2>&1) \
  && reason=$(mount -o loop "$folder/image" "$folder/mounted" 2>&1); then
  umount "$folder/mounted" || umount --lazy "$folder/mounted"
  echo 1
else
  echo "full, failing and vanishing disks are not tested here: $reason" >&2
fi
