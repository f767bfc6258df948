# What Redmine needs to keep our cases: one tracker whose issues have the fields of a case, one
# project, and one caseworker who sees the issues that are theirs. Run by `rails runner`; reads
# [[name, codes or null], ...] from its input and prints one line of JSON.
require 'json'

Setting.rest_api_enabled = '1'
Setting.notified_events = [] # there is no mail server
status = IssueStatus.create!(name: 'Open')
priority = IssuePriority.create!(name: 'Normal', is_default: true)
tracker = Tracker.create!(name: 'Case', default_status: status)
fields = JSON.parse($stdin.read).map do |name, codes|
  format = codes ? {field_format: 'list', possible_values: codes} : {field_format: 'string'}
  field = IssueCustomField.create!(name: name, is_for_all: true, is_filter: true, trackers: [tracker], **format)
  [name, field.id]
end
project = Project.create!(name: 'Cases', identifier: 'cases', is_public: false,
                          enabled_module_names: ['issue_tracking'], trackers: [tracker])
role = Role.create!(name: 'Caseworker', issues_visibility: 'own', assignable: true,
                    permissions: %i[view_issues add_issues edit_own_issues])
worker = User.new(firstname: 'Case', lastname: 'Worker', mail: 'worker@example.org', language: 'en')
worker.login = 'worker'
worker.password = 'password-of-the-bench-only'
worker.save!
Member.create!(project: project, principal: worker, roles: [role])
puts JSON.generate(fields: fields.to_h, status: status.id, priority: priority.id, tracker: tracker.id,
                   project: project.id, worker: worker.id, key: worker.api_key,
                   version: Redmine::VERSION.to_s, rails: Rails::VERSION::STRING)
