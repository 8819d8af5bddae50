# Manual pages and completions of shells, made of what the program says of itself: there are none where it cannot be run.
if(NOT CMAKE_CROSSCOMPILING)
  set(STRATA_ZSH_FOLDER ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING "Where the completion for zsh goes (Debian: share/zsh/vendor-completions)")
  file(GLOB manual_files CONFIGURE_DEPENDS manual/*.awk manual/shells/* manual/pages/*.in)
  add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/man/strata.1 DEPENDS strata-program manual/make ${manual_files} VERBATIM
                     COMMAND ${PROJECT_SOURCE_DIR}/manual/make $<TARGET_FILE:strata-program> ${PROJECT_BINARY_DIR})
  add_custom_target(manual ALL DEPENDS ${PROJECT_BINARY_DIR}/man/strata.1)
  install(DIRECTORY ${PROJECT_BINARY_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
  set(completions ${PROJECT_BINARY_DIR}/completions)
  install(FILES ${completions}/strata.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME strata COMPONENT program)
  install(FILES ${completions}/_strata DESTINATION ${STRATA_ZSH_FOLDER} COMPONENT program)
  install(FILES ${completions}/strata.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
endif()
