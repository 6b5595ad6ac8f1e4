# Removes files that nothing reads at run time, and the folders of workspaces that were not installed.
set -eu
find node_modules -type f \( -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.map' -o -name '*.flow' \) -delete
rm -rf node_modules/@types
for folder in schemas core command-service projection-service query-service dashboard agent standalone tests bench; do
  [ -e "node_modules/@elves/$folder" ] || rm -rf "$folder"
done
